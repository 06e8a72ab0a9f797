//! This computer: its folders and files, its keychain, its locks, its log.

pub mod home;
pub mod keychain;
pub mod lock;
pub mod logging;
pub mod private;
pub mod secret_file;
pub mod settings;
