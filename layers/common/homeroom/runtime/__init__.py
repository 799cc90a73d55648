"""What every context stands on: settings, clock, AWS clients, HTTP, errors, telemetry."""
