"""The script that pages load to use passkeys and security keys."""

from __future__ import annotations

SCRIPT = """\
// Asks the browser for a key and submits the form with its answer.
;(function () {
  if (window.__oryWebAuthnInitialized) return
  window.__oryWebAuthnInitialized = true

  const decode = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (char) => char.charCodeAt(0))
  const encode = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer)))
      .replace(/[+]/g, "-")
      .replace(/[/]/g, "_")
      .replace(/=+$/, "")
  const field = (name) => document.querySelector('[name="' + name + '"]')
  const described = (keys) => (keys || []).map((key) => ({ ...key, id: decode(key.id) }))

  function submit(name, credential) {
    const response = {}
    for (const part of ["attestationObject", "clientDataJSON", "authenticatorData", "signature", "userHandle"]) {
      if (credential.response[part]) response[part] = encode(credential.response[part])
    }
    const input = field(name)
    input.value = JSON.stringify({
      id: credential.id,
      rawId: encode(credential.rawId),
      type: credential.type,
      response,
    })
    input.closest("form").submit()
  }

  async function create(options, name) {
    const key = options.publicKey
    const user = { ...key.user, id: decode(key.user.id) }
    const excludeCredentials = described(key.excludeCredentials)
    const publicKey = { ...key, user, excludeCredentials, challenge: decode(key.challenge) }
    submit(name, await navigator.credentials.create({ publicKey }))
  }

  async function get(options, name, more) {
    const key = options.publicKey
    const publicKey = { ...key, challenge: decode(key.challenge), allowCredentials: described(key.allowCredentials) }
    submit(name, await navigator.credentials.get({ publicKey, ...more }))
  }

  const report = (promise) => promise.catch((error) => console.error(error))
  let waiting = null

  window.oryWebAuthnRegistration = (options) => report(create(options, "webauthn_register"))
  window.oryWebAuthnLogin = (options) => report(get(options, "webauthn_login"))
  window.oryPasskeySettingsRegistration = () =>
    report(create(JSON.parse(field("passkey_create_data").value), "passkey_settings_register"))

  window.oryPasskeyRegistration = () => {
    const data = JSON.parse(field("passkey_create_data").value)
    const named = data.displayNameFieldNames.map(field).find((input) => input && input.value)
    if (named) {
      data.credentialOptions.publicKey.user.name = named.value
      data.credentialOptions.publicKey.user.displayName = named.value
    }
    report(create(data.credentialOptions, "passkey_register"))
  }

  window.oryPasskeyLogin = () => {
    if (waiting) waiting.abort()
    report(get(JSON.parse(field("passkey_challenge").value), "passkey_login"))
  }

  // Offers passkeys among the suggestions of the identifier's input, until one is taken or the button is pressed.
  window.oryPasskeyLoginAutocompleteInit = async () => {
    const available = window.PublicKeyCredential && PublicKeyCredential.isConditionalMediationAvailable
    if (!available || !(await PublicKeyCredential.isConditionalMediationAvailable())) return
    waiting = new AbortController()
    const more = { mediation: "conditional", signal: waiting.signal }
    get(JSON.parse(field("passkey_challenge").value), "passkey_login", more).catch(() => {})
  }
})()
"""
