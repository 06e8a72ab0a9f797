//! A Salesforce org seen from outside: its address, its app's credentials, the way to it, its OAuth and REST answers.

pub mod address;
pub mod credentials;
pub mod identity;
pub mod net;
pub mod oauth;
pub mod preflight;
pub mod rest;
pub mod salesforce;
