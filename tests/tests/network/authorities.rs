//! Certificate authorities that a person adds: in whatever form they are saved, and told apart where they cannot be used.

use std::{fs, io::Write as _, path::PathBuf};

use connect_tests::{OnlineDesk, Shown, one_at_a_time};
use practice_org::OrgKind;

const SANDBOX: &str = "acme--uat.sandbox.my.salesforce.com";

fn saved(online: &OnlineDesk, name: &str, bytes: &[u8]) -> PathBuf {
    let file = online.desk.folder().join(name);
    fs::File::create(&file).unwrap().write_all(bytes).unwrap();
    file
}

#[tokio::test]
async fn an_authority_that_windows_has_saved_is_read() {
    let _turn = one_at_a_time();
    let online = OnlineDesk::new().await;
    let org = online.served(SANDBOX, OrgKind::Sandbox).await;
    assert_eq!(online.connect(SANDBOX, &org).await.code, 0, "connected");
    let pem = fs::read_to_string(online.internet.authority_file()).unwrap();
    let dos = pem.replace('\n', "\r\n");
    let wide: Vec<u8> = dos.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let der = std::process::Command::new("openssl")
        .args(["x509", "-outform", "der", "-in"])
        .arg(online.internet.authority_file())
        .output()
        .expect("openssl is installed");
    for (name, bytes) in [
        ("marked.pem", [b"\xef\xbb\xbf", dos.as_bytes()].concat()),
        ("wide.pem", [&[0xff, 0xfe][..], &wide].concat()),
        ("binary.cer", der.stdout),
    ] {
        let file = saved(&online, name, &bytes);
        let changes = [("DATATRAX_CA_FILE", file.to_str().unwrap())];
        let token = online.dtx_with(&["token", "acme--uat", "--fresh"], &changes).await;
        assert_eq!(token.code, 0, "{name}: {token:?}");
    }
    let chain = saved(&online, "chain.pem", b"-----BEGIN PKCS7-----\r\nMIIB\r\n-----END PKCS7-----\r\n");
    let changes = [("DATATRAX_CA_FILE", chain.to_str().unwrap())];
    let ended = online.dtx_with(&["token", "acme--uat", "--fresh"], &changes).await;
    assert!(ended.code == 2 && ended.error.contains("PKCS #7"), "another form is named: {ended:?}");
}

#[tokio::test]
async fn a_certificate_that_cannot_be_used_is_told_apart_from_an_untrusted_one() {
    let _turn = one_at_a_time();
    let online = OnlineDesk::new().await;
    let org = online.served(SANDBOX, OrgKind::Sandbox).await;
    assert_eq!(online.connect(SANDBOX, &org).await.code, 0, "connected");
    let before = org.counters().requests;
    for (shown, code, part) in [
        (Shown::OfAStranger, "network_tls", "not trusted"),
        (Shown::ForAnotherHost, "network_tls", "not trusted"),
        (Shown::AsAuthority, "certificate_unusable", "it is an authority's own"),
        (Shown::ForClients, "certificate_unusable", "was not issued for servers"),
        (Shown::OfARenewedAuthority, "certificate_unusable", "after it was renewed"),
    ] {
        online.internet.serve_with(SANDBOX, &org, shown);
        let ended = online.refused(SANDBOX, &org, &[]).await;
        ended.assert_failed(4, code, &format!("{shown:?}"));
        let token = online.dtx(&["token", "acme--uat", "--fresh"]).await;
        assert!(token.code == 4 && token.error.contains(part), "{shown:?}: {part}: {token:?}");
        assert!(token.error.contains(SANDBOX), "{shown:?}: the host is named: {token:?}");
        let stands = &online.connections().await[0];
        assert_eq!(stands["status"], "unreachable", "{shown:?}: it passes: {stands}");
        assert_eq!(org.counters().requests, before, "{shown:?}: nothing was said");
    }
    online.internet.serve(SANDBOX, &org);
    assert_eq!(online.dtx(&["token", "acme--uat", "--fresh"]).await.code, 0, "once it is over");
}
