//! This computer: its folders and files, its keychain, its locks, its log. Code for one platform stands in a file of
//! that platform's name, in the folder beside the file that all other code uses.

pub mod browsers;
pub mod folder;
pub mod home;
pub mod keychain;
pub(crate) mod listener;
pub mod lock;
pub mod logging;
pub(crate) mod loopback;
pub mod machine;
pub mod memory;
pub mod paths;
pub(crate) mod peer;
pub mod private;
pub mod process;
pub mod program;
pub(crate) mod proxy;
pub mod secret_file;
pub mod settings;
pub mod silence;
pub mod user;
pub mod watch;
