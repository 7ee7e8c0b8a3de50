"""Pictures and films as they are sent: originals, larger pictures, ranges, archives."""
