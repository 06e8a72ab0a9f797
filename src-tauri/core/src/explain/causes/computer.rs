//! What stands on the way to an org, in the browser and on this computer, as programs in wide use word it.
//!
//! Only a text that somebody pasted is looked up here: what happens to the program itself, it knows by kind.

use super::{Sign, sign};
use crate::{
    contract::view::Sure::{Certain, Reported},
    explain::Code,
};

const BROWSERS: &str = "the error pages of Chromium and Firefox";
const NODE: &str = "the error codes of Node.js and libuv";
const TLS: &str = "the words of OpenSSL, Node.js and Java";
const SQLITE: &str = "SQLite, result codes";
const SALESFORCE_CLI: &str = "Salesforce CLI, its messages of the web sign-in";
const WINSOCK: &str = "Windows Sockets, error codes";
const SECRETS: &str = "the words of the desktop's message bus and of the Secret Service";

#[rustfmt::skip]
pub(super) const SIGNS: &[Sign] = &[
    // Names and connections.
    sign("name_not_found", &["err_name_not_resolved", "dns_probe_finished_nxdomain", "dns_probe_finished_no_internet"], &[], Code::NetworkDns, Certain, BROWSERS),
    sign("name_not_found", &["enotfound", "eai_again", "eai_noname"], &[], Code::NetworkDns, Certain, NODE),
    sign("name_not_found", &[], &["could not resolve host", "name or service not known", "temporary failure in name resolution", "nodename nor servname provided", "no such host is known", "java net unknownhostexception"], Code::NetworkDns, Certain, "the words of the C libraries, curl and Java"),
    sign("no_network", &["err_internet_disconnected", "enetunreach", "enetdown", "err_network_changed"], &[], Code::NetworkConnect, Certain, BROWSERS),
    sign("no_network", &[], &["network is unreachable", "no route to host"], Code::NetworkConnect, Certain, "the words of the C libraries"),
    sign("came_back_to_nobody", &["err_connection_refused"], &["localhost", "127 0 0 1"], Code::NothingUnderWay, Certain, BROWSERS),
    sign("came_back_to_nobody", &[], &["localhost refused to connect", "localhost hat die verbindung abgelehnt", "localhost n autorise pas la connexion", "localhost で接続が拒否されました", "localhost rechazó la conexión", "establish a connection to the server at localhost", "establish a connection to the server at 127 0 0 1"], Code::NothingUnderWay, Certain, BROWSERS),
    sign("refused", &["err_connection_refused", "econnrefused", "ehostunreach", "err_address_unreachable"], &[], Code::NetworkConnect, Certain, BROWSERS),
    sign("refused", &[], &["connection refused"], Code::NetworkConnect, Certain, "the words of the C libraries"),
    sign("cut", &["err_connection_reset", "err_connection_closed", "err_empty_response", "econnreset", "epipe", "pr_connect_reset_error", "pr_end_of_file_error"], &[], Code::NetworkCut, Certain, BROWSERS),
    sign("cut", &[], &["connection reset by peer", "socket hang up", "unexpected end of file from server"], Code::NetworkCut, Certain, "the words of the C libraries, Node.js and Java"),
    sign("slow", &["err_connection_timed_out", "err_timed_out", "etimedout", "esockettimedout"], &[], Code::NetworkTimeout, Certain, BROWSERS),
    sign("slow", &[], &["connection timed out", "operation timed out", "read timed out", "connect timed out"], Code::NetworkTimeout, Certain, "the words of the C libraries, curl and Java"),

    // Proxy.
    sign("proxy_login", &["err_proxy_auth_unsupported", "err_proxy_auth_requested"], &[], Code::NetworkProxy, Certain, BROWSERS),
    sign("proxy_login", &[], &["proxy authentication required"], Code::NetworkProxy, Certain, "RFC 9110, status 407"),
    sign("proxy", &["err_proxy_connection_failed", "err_tunnel_connection_failed", "err_proxy_certificate_invalid", "err_mandatory_proxy_configuration_failed"], &[], Code::NetworkProxy, Certain, BROWSERS),
    sign("proxy", &[], &["could not resolve proxy", "received http code…from proxy after connect", "tunneling socket could not be established", "unable to tunnel through proxy", "proxy server is refusing connections"], Code::NetworkProxy, Certain, "the words of curl, Node.js, Java and Firefox"),

    // Clock before trust: a wrong clock makes every certificate look wrong.
    sign("clock", &["err_cert_date_invalid", "cert_has_expired", "cert_not_yet_valid", "sec_error_expired_certificate", "sec_error_expired_issuer_certificate", "mozilla_pkix_error_not_yet_valid_certificate", "mozilla_pkix_error_not_yet_valid_issuer_certificate"], &[], Code::NetworkTls, Certain, BROWSERS),
    sign("clock", &[], &["certificate has expired", "certificate is not yet valid", "certificate is not valid yet", "certificateexpiredexception", "certificatenotyetvalidexception"], Code::NetworkTls, Certain, TLS),
    sign("clock", &[], &["clock is behind", "clock is ahead", "clock skew"], Code::NetworkTls, Certain, BROWSERS),
    sign("tls_untrusted", &["err_cert_authority_invalid", "sec_error_unknown_issuer", "self_signed_cert_in_chain", "depth_zero_self_signed_cert", "unable_to_get_issuer_cert_locally", "unable_to_get_issuer_cert", "unable_to_verify_leaf_signature", "mozilla_pkix_error_self_signed_cert", "mozilla_pkix_error_mitm_detected"], &[], Code::NetworkTls, Certain, TLS),
    sign("tls_untrusted", &[], &["unable to get local issuer certificate", "self signed certificate", "pkix path building failed", "unable to verify the first certificate", "unknown issuer", "unknownissuer", "certificate signed by unknown authority", "certificate verify failed"], Code::NetworkTls, Certain, TLS),
    sign("tls_name", &["err_cert_common_name_invalid", "ssl_error_bad_cert_domain", "err_tls_cert_altname_invalid"], &[], Code::NetworkTls, Certain, BROWSERS),
    sign("tls_unusable", &["err_cert_invalid", "err_cert_weak_signature_algorithm", "err_cert_weak_key", "sec_error_cert_signature_algorithm_disabled", "mozilla_pkix_error_ca_cert_used_as_end_entity"], &[], Code::CertificateUnusable, Certain, BROWSERS),
    sign("tls_unusable", &[], &["cacertificateusedasendentity", "ee certificate key too weak", "ca md too weak"], Code::CertificateUnusable, Certain, TLS),

    // Ports.
    sign("port_taken", &["eaddrinuse", "wsaeaddrinuse"], &[], Code::PortsTaken, Certain, NODE),
    sign("port_taken", &["portinuseerror"], &[], Code::PortsTaken, Certain, SALESFORCE_CLI),
    sign("port_taken", &[], &["cannot start the oauth redirect server on port"], Code::PortsTaken, Certain, SALESFORCE_CLI),
    // The words of Windows are in its own language: the number decides.
    sign("port_taken", &[], &["os error 10048", "winerror 10048", "socket error 10048"], Code::PortsTaken, Certain, WINSOCK),
    sign("port_taken", &[], &["address already in use", "only one usage of each socket address"], Code::PortsTaken, Certain, "the words of the C libraries and of Windows"),
    sign("port_reserved", &["wsaeacces"], &[], Code::PortsTaken, Reported, "rclone issues 9083 and 9630"),
    sign("port_reserved", &[], &["os error 10013", "winerror 10013", "socket error 10013"], Code::PortsTaken, Reported, "rclone issues 9083 and 9630"),
    sign("port_reserved", &[], &["forbidden by its access permissions"], Code::PortsTaken, Reported, "rclone issues 9083 and 9630"),

    // Keychain.
    sign("keychain_missing", &[], &["org freedesktop secrets was not provided", "org freedesktop secrets…not activatable", "cannot autolaunch d bus", "cannot spawn a message bus"], Code::KeychainMissing, Certain, SECRETS),
    sign("keychain_locked", &[], &["cannot create an item in a locked collection", "keyring is locked", "org freedesktop secret error islocked"], Code::KeychainLocked, Certain, SECRETS),
    sign("keychain_declined", &[], &["the prompt was dismissed", "prompt dismissed"], Code::KeychainDeclined, Certain, SECRETS),
    sign("keychain_empty", &[], &["no such secret collection", "object does not exist at path…collection"], Code::KeychainEmpty, Reported, "field reports of the Secret Service"),

    // The database and its disk.
    sign("database_busy", &["sqlite_busy", "sqlite_locked"], &[], Code::VaultBusy, Certain, SQLITE),
    sign("database_busy", &[], &["database is locked", "database table is locked"], Code::VaultBusy, Certain, SQLITE),
    sign("database_damaged", &["sqlite_corrupt", "sqlite_notadb"], &[], Code::VaultDamaged, Certain, SQLITE),
    sign("database_damaged", &[], &["database disk image is malformed", "file is not a database"], Code::VaultDamaged, Certain, SQLITE),
    sign("disk_full", &["sqlite_full", "enospc"], &[], Code::VaultFull, Certain, SQLITE),
    sign("disk_full", &[], &["database or disk is full", "no space left on device", "disk quota exceeded"], Code::VaultFull, Certain, SQLITE),
    sign("database_closed", &["sqlite_readonly", "sqlite_cantopen", "erofs"], &[], Code::VaultUnwritable, Certain, SQLITE),
    sign("database_closed", &[], &["attempt to write a readonly database", "unable to open database file", "read only file system"], Code::VaultUnwritable, Certain, SQLITE),
];
