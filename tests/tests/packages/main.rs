//! What people install. The tests that begin with `a_clean_debian` have to be root.

mod package;
