"""The help button, and coordinators who press it for somebody on the telephone."""
