"""The way of a browser through login and consent, through a device's code, and through logout."""
