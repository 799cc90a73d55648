"""Development tools that never travel to AWS: the Clever sandbox and what starts the local stack."""
