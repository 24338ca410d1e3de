"""The audit log: who changed what about people, roles and money. It can be added to and never changed."""
