//! The network: the hosts of Salesforce over TLS, what stands between them and this computer, and whatever comes from
//! outside.

mod fuzz;
mod real_hosts;
mod real_network;
