"""Homeroom: rostering and coaching for school districts and single teachers."""
