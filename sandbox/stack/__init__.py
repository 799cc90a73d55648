"""Homeroom on this machine: an emulator of AWS, the SAM CLI deploying template.yaml to it, and the Clever sandbox."""
