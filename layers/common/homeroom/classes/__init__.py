"""Classes: district classes and independent ones, their teachers and students."""
