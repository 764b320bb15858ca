// Connects the buttons for security keys and passkeys with the functions of the server's script, which is loaded before.
// The page's attributes for that (onclick, onload) would need a content security policy that allows inline scripts.

if (window.PublicKeyCredential) {
  for (const button of document.querySelectorAll("[data-call]")) {
    button.hidden = false
    button.addEventListener("click", () => {
      window[button.dataset.call](button.value ? JSON.parse(button.value) : undefined)
    })
  }
  for (const input of document.querySelectorAll("[data-call-at-once]")) {
    window[input.dataset.callAtOnce]()
  }
}
