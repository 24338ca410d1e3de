"""The local twins: small ASGI apps that speak each provider's own wire protocol.

With no account and no key, the real adapters talk to these over HTTP, so a laptop and the tests run the code that
production runs. They are mounted under /sandbox everywhere but in production. The twins know nothing of PeerLoop;
beside them, `demo` fills its database and `spa` stands in for its web app.
"""
