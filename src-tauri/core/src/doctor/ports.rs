//! The ports that a browser comes back to: whether each can be listened on, by IPv4 and IPv6, and by what it is taken.

use std::{
    io::{self, ErrorKind},
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use super::{Fact, LONGEST_LOOK, Outcome, blocking, failed, look as say, within};
use crate::{
    contract::view::{Look, LookId, LookState},
    explain::{self, Code},
    org::address::CALLBACK_PORTS,
    platform::{
        listener::{self, Holder},
        loopback,
    },
};

/// The programs of ours that listen for a browser.
const OURS: [&str; 2] = ["dtx", "datatrax-agent"];

/// How long whoever listens may take to say who it is.
const LONGEST_GREETING: Duration = Duration::from_secs(2);

/// One line for each port. Where none is free, no browser can come back, and each says so.
pub(super) async fn look() -> Vec<Look> {
    let [first, second, third] = CALLBACK_PORTS.map(look_at);
    let looks = tokio::join!(first, second, third);
    none_is_free([looks.0, looks.1, looks.2])
}

fn none_is_free(looks: [Look; 3]) -> Vec<Look> {
    let is_lost = looks.iter().all(|look| look.state != LookState::Good);
    let looks = looks.into_iter().map(|look| {
        let Look { title, message, .. } = &look;
        if is_lost && look.state == LookState::Look {
            let failure = explain::failure(Code::PortsTaken, &[]);
            let message = format!("{message} No other of the three is free either.");
            Look { title: title.clone(), message, ..failed(LookId::Port, LookState::Wrong, failure, &[]) }
        } else {
            look
        }
    });
    looks.collect()
}

async fn look_at(port: u16) -> Look {
    let port_fact = || ("port", port.to_string());
    let late = within(LookId::Port, LONGEST_LOOK, looked_at(port)).await;
    // The title needs the port also where nothing was found out in time.
    Look { title: say(LookId::Port, Outcome::PortFree, &[port_fact()]).title, ..late }
}

async fn looked_at(port: u16) -> Look {
    let found = blocking(move || {
        [Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()].map(|own| listen(own, port))
    });
    let Ok(found) = found.await else {
        return say(LookId::Port, Outcome::Late, &[("seconds", "0".to_owned())]);
    };
    let port_fact = ("port", port.to_string());
    let taken: Vec<&str> = ["IPv4", "IPv6"]
        .into_iter()
        .zip(&found)
        .filter(|(_, found)| matches!(found, Err(error) if error.kind() == ErrorKind::AddrInUse))
        .map(|(stack, _)| stack)
        .collect();
    if !taken.is_empty() {
        return taken_by(port, &taken, port_fact).await;
    }
    match found {
        [Ok(()), Ok(())] => say(LookId::Port, Outcome::PortFree, &[port_fact]),
        [Ok(()), Err(error)] if has_no_such_address(&error) => {
            say(LookId::Port, Outcome::PortFreeV4, &[port_fact])
        }
        [Err(error), _] | [_, Err(error)] => {
            say(LookId::Port, Outcome::PortRefused, &[port_fact, ("reason", error.kind().to_string())])
        }
    }
}

fn listen(own: IpAddr, port: u16) -> io::Result<()> {
    loopback::listen(SocketAddr::new(own, port)).map(drop)
}

/// Whether this computer has no address of that kind.
fn has_no_such_address(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::AddrNotAvailable | ErrorKind::Unsupported)
        // What has no kind of its own: the family of addresses is not known at all.
        || !matches!(error.kind(), ErrorKind::PermissionDenied | ErrorKind::AddrInUse)
}

async fn taken_by(port: u16, stacks: &[&str], port_fact: Fact) -> Look {
    let holder = blocking(move || listener::holder(port)).await.unwrap_or(Holder::Unknown);
    let is_ours = match &holder {
        Holder::Program { name, .. } => OURS.contains(&name.as_str()),
        Holder::Unknown => says_it_is_ours(port).await,
        Holder::AnotherUsers => false,
    };
    if is_ours {
        return say(LookId::Port, Outcome::PortOurs, &[port_fact]);
    }
    let program = match holder {
        Holder::Program { name, id } => format!("{name} (process {id})"),
        Holder::AnotherUsers => "a program of another user of this computer".to_owned(),
        Holder::Unknown => "a program that the system does not name".to_owned(),
    };
    let stacks = stacks.join(" and ");
    say(LookId::Port, Outcome::PortTaken, &[port_fact, ("stacks", stacks), ("program", program)])
}

/// Whether a page of ours comes from there. An agent keeps its memory closed, and with it which ports are its own.
async fn says_it_is_ours(port: u16) -> bool {
    let asked = async {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await?;
        let request = format!("GET /doctor HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await?;
        let mut page = Vec::new();
        stream.take(16 * 1024).read_to_end(&mut page).await?;
        io::Result::Ok(String::from_utf8_lossy(&page).contains("Datatrax Connect listens here"))
    };
    timeout(LONGEST_GREETING, asked).await.is_ok_and(|answer| answer.unwrap_or(false))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(own: impl Into<IpAddr>) -> (std::net::TcpListener, u16) {
        let listener = loopback::listen(SocketAddr::new(own.into(), 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        (listener, port)
    }

    #[tokio::test]
    async fn a_taken_port_names_what_has_it_and_is_free_again_afterwards() {
        let (listener, port) = held(Ipv4Addr::LOCALHOST);
        let taken = look_at(port).await;
        assert_eq!((taken.state, taken.title.as_str()), (LookState::Look, &*format!("Callback port {port}")));
        assert!(taken.message.starts_with("Taken on IPv4"), "{}", taken.message);
        drop(listener);
        assert_eq!(look_at(port).await.state, LookState::Good, "free, and left free");
        assert_eq!(look_at(port).await.state, LookState::Good, "by the look before too");
    }

    #[tokio::test]
    async fn a_port_that_is_taken_on_ipv6_alone_is_told_as_that() {
        let (_listener, port) = held(Ipv6Addr::LOCALHOST);
        let taken = look_at(port).await;
        assert_eq!(taken.state, LookState::Look, "{}", taken.message);
        assert!(taken.message.starts_with("Taken on IPv6 by "), "{}", taken.message);
    }

    #[test]
    fn that_no_port_is_free_is_wrong_at_each_of_them() {
        let port = |outcome| {
            say(
                LookId::Port,
                outcome,
                &[("port", "1".to_owned()), ("stacks", "IPv4".to_owned()), ("program", "x".to_owned())],
            )
        };
        let taken = || port(Outcome::PortTaken);
        let looks = none_is_free([taken(), taken(), taken()]);
        for look in &looks {
            assert_eq!((look.state, look.code), (LookState::Wrong, Some(Code::PortsTaken)), "{look:?}");
            assert!(look.message.contains("by x."), "still by what: {}", look.message);
        }
        let looks = none_is_free([taken(), port(Outcome::PortFree), taken()]);
        assert!(looks.iter().all(|look| look.state != LookState::Wrong), "one is enough: {looks:?}");
    }
}
