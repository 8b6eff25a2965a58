"""The page on which one is the public: plain HTML, CSS and one script, served at `/` of the simulators."""
