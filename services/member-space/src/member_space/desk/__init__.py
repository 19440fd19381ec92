"""The staff's desk ``/gestion``: who may do what there, and its pages."""
