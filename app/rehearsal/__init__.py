"""The rehearsal: a drill instance that sets itself up against the simulators and can play a prepared event."""
