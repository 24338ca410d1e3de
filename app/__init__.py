"""PeerLoop's backend: learn, certify, teach, earn."""
