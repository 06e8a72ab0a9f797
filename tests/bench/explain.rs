//! `dtx explain`, timed from exec to exit beside a program that does nothing.

use connect_core::platform::private;
use connect_tests::Desk;

use crate::{
    figures::{Figures, Wanted},
    processes::{Timed, by_turns},
};

const PAGE: &str = "https://acme.my.salesforce.com/setup/secur/RemoteAccessErrorPage.apexp?error=invalid_client&\
    error_description=app+must+be+installed+into+org";
/// A line as terminals and logs have them, of which the long text is made.
const LINE: &str = "2026-11-20T09:14:03.112Z INFO  worker[12] GET /services/data/v67.0/query?q=SELECT+Id+FROM+Account 200 in 84 ms\n";
const MEGABYTE: usize = 1024 * 1024;

pub(crate) fn measure(figures: &mut Figures, runs: usize) {
    figures.heading("dtx explain, from exec to exit");
    let desk = Desk::without_keyring();
    let (short, long) = (desk.folder().join("short"), desk.folder().join("long"));
    private::replace(&short, PAGE.as_bytes()).unwrap();
    let lines = LINE.repeat((MEGABYTE - PAGE.len()) / LINE.len() - 1);
    private::replace(&long, format!("{lines}\n\n{PAGE}").as_bytes()).unwrap();
    let nothing = || Timed::new(&desk, "/bin/true", &[]).reading(&short);
    let explain = |path| Timed::dtx(&desk, &["explain", "-"]).reading(path);
    let [least, one, whole] = by_turns([nothing(), explain(&short), explain(&long)], runs);
    figures.times("/bin/true", &least, Wanted::Anything);
    figures.times("the address of an error page", &one, Wanted::Anything);
    figures.ratio("  over /bin/true", &one, &least, Wanted::AtMost(2.5));
    figures.times("a paste of 1 MB", &whole, Wanted::Anything);
    figures.ratio("  over /bin/true", &whole, &least, Wanted::AtMost(8.0));
}
