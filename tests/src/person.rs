use std::collections::BTreeMap;

use practice_org::Org;
use reqwest::{Client, Method, Response, redirect::Policy};
use url::Url;

/// The most pages between the sign-in address and the callback; more would be a loop.
const MOST_PAGES: usize = 16;

/// The button that the person presses on the page that asks for access.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Press {
    Allow,
    Deny,
}

/// A person who signs in to a practice org, over HTTP and with cookies, like a browser without a display.
pub struct Person {
    username: String,
    password: String,
    client: Client,
    cookies: BTreeMap<String, String>,
}

impl Person {
    /// The user of this number in the org's list: 0 is the administrator.
    pub fn of(org: &Org, user: usize) -> Self {
        let user = org.users().into_iter().nth(user).expect("a user of that number");
        Self::new(&user.username, &user.password)
    }

    pub fn new(username: &str, password: &str) -> Self {
        Self::with_client(username, password, client(Client::builder().no_proxy().redirect(Policy::none())))
    }

    /// A person with another client, such as one that uses a proxy.
    pub fn with_client(username: &str, password: &str, client: Client) -> Self {
        Self {
            username: username.to_owned(),
            password: password.to_owned(),
            client,
            cookies: BTreeMap::new(),
        }
    }

    /// Opens the address, signs in, presses the button, and returns the callback address without visiting it.
    pub async fn answer(&mut self, authorize: &str, press: Press) -> Url {
        let (at, stays) = self.walk(authorize, press).await;
        stays.map_or(at.clone(), |page| panic!("{at} asks nothing: {page}"))
    }

    /// As [`Person::answer`], for a sign-in that ends on a page of the org: returns its address.
    pub async fn stays_at(&mut self, authorize: &str, press: Press) -> Url {
        let (at, stays) = self.walk(authorize, press).await;
        assert!(stays.is_some(), "led back to {at}");
        at
    }

    /// The last address, and the page if the browser stays with the org.
    async fn walk(&mut self, authorize: &str, press: Press) -> (Url, Option<String>) {
        let mut at: Url = authorize.parse().unwrap();
        let home = (at.host_str().unwrap().to_owned(), at.port());
        let mut form = None;
        for _ in 0..MOST_PAGES {
            let response = self.ask(&at, form.take()).await;
            if let Some(location) = response.headers().get("location") {
                at = at.join(location.to_str().unwrap()).unwrap();
                if (at.host_str().unwrap().to_owned(), at.port()) != home {
                    return (at, None);
                }
                continue;
            }
            let page = response.text().await.unwrap();
            let Some((action, fields)) = self.fill(&page, press) else { return (at, Some(page)) };
            at = at.join(&action).unwrap();
            form = Some(fields);
        }
        panic!("{MOST_PAGES} pages, and still at {at}");
    }

    /// As [`Person::answer`], and visits the callback. Returns the last page's text.
    pub async fn sign_in(&mut self, authorize: &str, press: Press) -> String {
        let back = self.answer(authorize, press).await;
        arrive(back).await
    }

    /// Opens a page of the org's Setup and returns its text. Signs in on the way, and gives the code that was mailed.
    pub async fn setup(&mut self, org: &Org, path: &str) -> String {
        let mut at: Url = format!("{}{path}", org.address()).parse().unwrap();
        let mut form = None;
        for _ in 0..MOST_PAGES {
            let response = self.ask(&at, form.take()).await;
            if let Some(location) = response.headers().get("location") {
                at = at.join(location.to_str().unwrap()).unwrap();
                continue;
            }
            let page = response.text().await.unwrap();
            let asks = ["name=\"pw\"", "id=\"passkey\"", "name=\"emc\""];
            if !asks.iter().any(|field| page.contains(field)) {
                return page;
            }
            let (action, mut fields) = self.fill(&page, Press::Allow).expect("a form");
            if let Some((_, code)) = fields.iter_mut().find(|(name, _)| name == "emc") {
                *code = org.newest_code().expect("a mail with a code");
                fields.push(("save".to_owned(), "1".to_owned()));
            }
            at = at.join(&action).unwrap();
            form = Some(fields);
        }
        panic!("{MOST_PAGES} pages, and still at {at}");
    }

    /// Presses a button of a form on a page of the org's Setup, and returns the page as it is then.
    pub async fn press_in_setup(&mut self, org: &Org, path: &str, button: &str) -> String {
        let page = self.setup(org, path).await;
        let pressed = format!("value=\"{button}\"");
        let form = page.split("<form").find(|form| form.contains(&pressed)).expect("a form with the button");
        let mut fields: Vec<(String, String)> = Vec::new();
        for input in form.split("<input").skip(1).filter_map(|input| input.split('>').next()) {
            if attribute(input, "type").as_deref() == Some("hidden") {
                let name = attribute(input, "name").expect("a name");
                fields.push((name, attribute(input, "value").unwrap_or_default()));
            }
        }
        fields.push(("action".to_owned(), button.to_owned()));
        let at: Url = format!("{}{path}", org.address()).parse().unwrap();
        let answer = self.ask(&at, Some(fields)).await;
        assert!(answer.status().is_redirection(), "the form is taken: {}", answer.status());
        self.setup(org, path).await
    }

    async fn ask(&mut self, at: &Url, form: Option<Vec<(String, String)>>) -> Response {
        let method = if form.is_some() { Method::POST } else { Method::GET };
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut request = self.client.request(method, at.clone()).header("cookie", cookies.join("; "));
        if let Some(fields) = form {
            let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
            request = request
                .header("content-type", "application/x-www-form-urlencoded")
                .header("origin", at.origin().ascii_serialization())
                .body(body);
        }
        let response = request.send().await.unwrap();
        for cookie in response.headers().get_all("set-cookie") {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.cookies.insert(name.trim().to_owned(), value.trim().to_owned());
        }
        response
    }

    /// The page's form, filled in: its target and its fields.
    fn fill(&self, page: &str, press: Press) -> Option<(String, Vec<(String, String)>)> {
        let form = page.split("<form").find(|form| form.contains("</form>"))?;
        let form = form.split("</form>").next()?;
        let (head, body) = form.split_once('>')?;
        let mut fields = Vec::new();
        for input in body.split("<input").skip(1) {
            let input = input.split('>').next()?;
            let name = attribute(input, "name")?;
            let value = match attribute(input, "type").as_deref() {
                Some("password") => self.password.clone(),
                Some("hidden") => attribute(input, "value").unwrap_or_default(),
                _ => self.username.clone(),
            };
            fields.push((name, value));
        }
        let label = format!("{press:?}");
        for button in body.split("<button").skip(1) {
            let (button, rest) = button.split_once('>')?;
            let is_pressed = rest.split("</button>").next()?.contains(&label);
            if let (true, Some(name)) = (is_pressed, attribute(button, "name")) {
                fields.push((name, attribute(button, "value").unwrap_or_default()));
            }
        }
        Some((attribute(head, "action").unwrap_or_default(), fields))
    }
}

/// Visits the callback as a browser does, and returns the last page's text.
pub async fn arrive(back: Url) -> String {
    visit(back).await.unwrap()
}

/// As [`arrive`], where the page may be cut off.
pub(crate) async fn visit(back: Url) -> reqwest::Result<String> {
    let client = client(Client::builder().no_proxy().redirect(Policy::limited(4)));
    client.get(back).send().await?.text().await
}

pub(crate) fn client(builder: reqwest::ClientBuilder) -> Client {
    // Fails only if a provider is installed already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    builder.build().unwrap()
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let value = tag.split(&format!("{name}=\"")).nth(1)?.split('"').next()?;
    Some(value.replace("&#38;", "&").replace("&#x3D;", "=").replace("&quot;", "\"").replace("&amp;", "&"))
}
