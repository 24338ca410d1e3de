"""Imports every table, so that Alembic and the mappers know them all."""

from app.db import kv as _kv
from app.db.base import Base
from app.domains.agenda import models as _agenda
from app.domains.arrangements import models as _arrangements
from app.domains.audit import models as _audit
from app.domains.auth import models as _auth
from app.domains.books import models as _books
from app.domains.calendar import models as _calendar
from app.domains.catalogue import models as _catalogue
from app.domains.certificates import models as _certificates
from app.domains.courses import models as _courses
from app.domains.enrollments import models as _enrollments
from app.domains.files import models as _files
from app.domains.follows import models as _follows
from app.domains.holds import models as _holds
from app.domains.homework import models as _homework
from app.domains.invitations import models as _invitations
from app.domains.mfa import models as _mfa
from app.domains.oauth import models as _oauth
from app.domains.passkeys import models as _passkeys
from app.domains.payments import models as _payments
from app.domains.payouts import models as _payouts
from app.domains.recordings import models as _recordings
from app.domains.refunds import models as _refunds
from app.domains.resources import models as _resources
from app.domains.reviews import models as _reviews
from app.domains.roles import models as _roles
from app.domains.sessions import models as _sessions
from app.domains.users import models as _users
from app.domains.video import models as _video
from app.domains.webhooks import models as _webhooks
from app.edge import idempotency as _idempotency
from app.edge.purging import models as _purging
from app.jobs import models as _jobs

metadata = Base.metadata
