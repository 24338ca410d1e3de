"""Recordings of sessions: copied from the video service to our object store, and kept."""
