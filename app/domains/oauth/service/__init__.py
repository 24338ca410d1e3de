"""Rules of identities at other providers: signing in with one, and linking one. Plain units of work; the provider is
asked before them."""

from app.domains.oauth.service.leaving import erase, export_of
from app.domains.oauth.service.linking import link, list_identities, unlink
from app.domains.oauth.service.signing_in import SignInTerms, sign_in

__all__ = ["SignInTerms", "erase", "export_of", "link", "list_identities", "sign_in", "unlink"]
