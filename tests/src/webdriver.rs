use std::{
    fs,
    io::{Read, Write},
    net::{Ipv4Addr, TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use reqwest::{Client, Method};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};
use url::Url;

use crate::{PATIENCE, person::client, until_so, waiting::PAUSE};

/// The name of an element in an answer (W3C `WebDriver`, section "Elements").
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// Control, as `WebDriver` names it.
const CONTROL: &str = "\u{e009}";

/// A key that types no character, by its `WebDriver` name (section "Keyboard actions").
#[derive(Clone, Copy, Debug)]
pub enum Key {
    Tab,
    Enter,
    Space,
}

/// A page under `WebDriver` (<https://www.w3.org/TR/webdriver2/>), and the driver's process. Both end with this.
pub struct Page {
    driver: Child,
    port: u16,
    session: String,
    client: Client,
}

impl Page {
    /// Starts a driver, which accepts `--port`, and a browser under it.
    pub(crate) async fn start(mut driver: Command, capabilities: Value) -> Self {
        let port = free_port();
        driver.arg(format!("--port={port}")).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let driver = driver.spawn().unwrap_or_else(|error| panic!("{driver:?} is installed: {error}"));
        let client = client(Client::builder().no_proxy().timeout(PATIENCE));
        let mut page = Self { driver, port, session: String::new(), client };
        page.until_driver_answers().await;
        let wanted = json!({ "capabilities": { "alwaysMatch": capabilities } });
        let made = page.send(Method::POST, "/session", &wanted).await.unwrap();
        page.session = format!("/session/{}", made["sessionId"].as_str().unwrap());
        page
    }

    async fn until_driver_answers(&self) {
        let listens = async || TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).is_ok();
        until_so("the driver does not listen", listens).await;
    }

    /// Opens an address.
    pub async fn go(&self, address: &str) {
        self.command(Method::POST, "url", &json!({ "url": address })).await;
    }

    /// The page's address.
    pub async fn address(&self) -> Url {
        self.command(Method::GET, "url", &Value::Null).await.as_str().unwrap().parse().unwrap()
    }

    /// The document's title.
    pub async fn title(&self) -> String {
        self.command(Method::GET, "title", &Value::Null).await.as_str().unwrap().to_owned()
    }

    /// The result of a function body in the page.
    pub async fn evaluate(&self, body: &str, arguments: &[&str]) -> Value {
        self.try_evaluate(body, arguments).await.unwrap_or_else(|error| panic!("{body}: {error}"))
    }

    async fn try_evaluate(&self, body: &str, arguments: &[&str]) -> Result<Value, String> {
        let script = json!({ "script": body, "args": arguments });
        self.send(Method::POST, &format!("{}/execute/sync", self.session), &script).await
    }

    /// The result of a promise: `{"ok": …}` or `{"error": "…"}`. The expression sees `args`.
    pub async fn promise(&self, expression: &str, arguments: &[&str]) -> Value {
        let script = format!(
            "const args = [...arguments], done = args.pop();
            Promise.resolve().then(() => {expression}).then(
                (ok) => done({{ ok }}), (error) => done({{ error: typeof error === 'string' ? error : error?.message ?? JSON.stringify(error) }}));"
        );
        let script = json!({ "script": script, "args": arguments });
        self.command(Method::POST, "execute/async", &script).await
    }

    /// Waits until the function body returns a value that is neither empty nor false, and returns it.
    pub async fn until(&self, what: &str, body: &str, arguments: &[&str]) -> Value {
        let give_up_at = Instant::now() + PATIENCE;
        loop {
            // A page that is just being left answers with an error.
            match self.try_evaluate(body, arguments).await {
                Ok(value) if value != Value::Null && value != false && value != "" => return value,
                Ok(_) | Err(_) => {}
            }
            if Instant::now() > give_up_at {
                let text = self.evaluate("return document.body.innerText", &[]).await;
                panic!("{what} has not come; the page {} shows: {text}", self.address().await);
            }
            sleep(PAUSE).await;
        }
    }

    /// The visible text of the first element that matches this CSS selector, once there is one.
    pub async fn text(&self, selector: &str) -> String {
        let script = "return document.querySelector(arguments[0])?.innerText?.trim() || null";
        self.until(selector, script, &[selector]).await.as_str().unwrap().to_owned()
    }

    /// Waits until the element contains this text.
    pub async fn shows(&self, selector: &str, text: &str) {
        let script =
            "return document.querySelector(arguments[0])?.innerText?.includes(arguments[1]) ?? false";
        self.until(&format!("{text:?} in {selector}"), script, &[selector, text]).await;
    }

    /// Waits until the element contains the error and the advice.
    pub async fn says(&self, selector: &str, wrong: &str, fix: &str) {
        self.shows(selector, wrong).await;
        self.shows(selector, fix).await;
    }

    pub async fn click(&self, selector: &str) {
        self.on_element(selector, "click", &json!({})).await;
    }

    /// Makes the window this large, in pixels.
    pub async fn resize(&self, width: u32, height: u32) {
        let size = json!({ "width": width, "height": height });
        self.command(Method::POST, "window/rect", &size).await;
    }

    /// Types into a field.
    pub async fn fill(&self, selector: &str, text: &str) {
        self.on_element(selector, "value", &json!({ "text": text })).await;
    }

    /// Puts this into a field in place of its text, in one piece, as pasting does.
    pub async fn paste(&self, field: &str, text: &str) {
        self.until(field, "return document.querySelector(arguments[0]) !== null", &[field]).await;
        let script = "const field = document.querySelector(arguments[0]);
            field.focus(); field.value = arguments[1]; field.dispatchEvent(new Event('input', { bubbles: true }))";
        self.evaluate(script, &[field, text]).await;
    }

    /// Replaces the text of a field by typing.
    pub async fn replace(&self, selector: &str, text: &str) {
        self.click(selector).await;
        self.evaluate("document.querySelector(arguments[0]).select()", &[selector]).await;
        self.type_text(text).await;
    }

    /// Presses a key at the focus.
    pub async fn press(&self, key: Key) {
        let code = match key {
            Key::Tab => "\u{e004}",
            Key::Enter => "\u{e007}",
            Key::Space => " ",
        };
        self.strike(code).await;
    }

    /// Presses a key while Control is held.
    pub async fn press_with_control(&self, key: &str) {
        let stroke = |what: &str, key: &str| json!({ "type": what, "value": key });
        let strokes = [
            stroke("keyDown", CONTROL),
            stroke("keyDown", key),
            stroke("keyUp", key),
            stroke("keyUp", CONTROL),
        ];
        let actions = json!({ "actions": [{ "type": "key", "id": "keyboard", "actions": strokes }] });
        self.command(Method::POST, "actions", &actions).await;
    }

    /// Types at the focus.
    pub async fn type_text(&self, text: &str) {
        self.strike(text).await;
    }

    async fn strike(&self, characters: &str) {
        let strokes: Vec<Value> = characters
            .chars()
            .flat_map(|key| {
                [json!({ "type": "keyDown", "value": key }), json!({ "type": "keyUp", "value": key })]
            })
            .collect();
        let actions = json!({ "actions": [{ "type": "key", "id": "keyboard", "actions": strokes }] });
        self.command(Method::POST, "actions", &actions).await;
    }

    /// Presses Tab until the focus is on the element; it must be among the first `most` stops.
    pub async fn tab_to(&self, selector: &str, most: usize) {
        for _ in 0..most {
            self.press(Key::Tab).await;
            let script = "return document.activeElement?.matches(arguments[0]) ?? false";
            if self.evaluate(script, &[selector]).await == true {
                return;
            }
        }
        panic!("{selector} is not among the first {most} stops of Tab");
    }

    /// Saves a picture in `target/screenshots`, for people to look at.
    pub async fn picture(&self, name: &str) {
        // Waits until all is drawn and nothing moves any more.
        let still = "new Promise((done) => setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(() => done())), 200))";
        self.promise(still, &[]).await;
        // WebKitGTK takes the picture with the next frame, and an idle page draws none by itself.
        let frames = "let left = 40;
            const drawing = setInterval(() => {
                document.body.style.opacity = left % 2 ? '0.999' : '';
                if ((left -= 1) < 0) { clearInterval(drawing); document.body.style.opacity = ''; }
            }, 50)";
        self.evaluate(frames, &[]).await;
        let answer = self.command(Method::GET, "screenshot", &Value::Null).await;
        let folder = root().join("target/screenshots");
        fs::create_dir_all(&folder).unwrap();
        let mut file = fs::File::create(folder.join(format!("{name}.png"))).unwrap();
        file.write_all(&STANDARD.decode(answer.as_str().unwrap()).unwrap()).unwrap();
    }

    /// Checks the page with axe-core, from the page's own test tools.
    pub async fn is_accessible(&self, what: &str) {
        let source = root().join("tests/ui/node_modules/axe-core/axe.min.js");
        let axe = fs::read_to_string(source).expect("npm ci --prefix tests/ui comes first");
        self.evaluate(&format!("if (!globalThis.axe) {{ {axe} }}"), &[]).await;
        let run = "axe.run(document).then(({ violations, passes }) => ({ passes: passes.length,
            found: violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target, failureSummary }) => `${target} ${failureSummary}`)}`) }))";
        let result = self.promise(run, &[]).await;
        assert_eq!(result["ok"]["found"], json!([]), "{what}: {result}");
        assert!(result["ok"]["passes"].as_u64() > Some(5), "{what}: axe has looked at the page");
    }

    /// Ends the browser properly, as by its menu, and waits for that.
    pub(crate) async fn end_browser(self) {
        let children = format!("/proc/{0}/task/{0}/children", self.driver.id());
        let quit = json!({ "cmd": "Browser.close", "params": {} });
        // The driver may end before it has answered.
        let _ = self.send(Method::POST, &format!("{}/goog/cdp/execute", self.session), &quit).await;
        let runs = || fs::read_to_string(&children).is_ok_and(|browsers| !browsers.trim().is_empty());
        until_so("the browser does not end", async || !runs()).await;
    }

    /// A command on the first element that matches this CSS selector, once it is drawn.
    async fn on_element(&self, selector: &str, command: &str, body: &Value) {
        // WebKit's driver does not scroll inside parts that scroll by themselves.
        let is_there = "const found = document.querySelector(arguments[0]);
            found?.scrollIntoView({ block: 'nearest' });
            return found?.getClientRects().length > 0";
        let wanted = json!({ "using": "css selector", "value": selector });
        let mut answer = Err(String::new());
        // An element that is being redrawn is looked for again.
        for _ in 0..3 {
            self.until(selector, is_there, &[selector]).await;
            let Ok(found) = self.send(Method::POST, &format!("{}/element", self.session), &wanted).await
            else {
                continue;
            };
            let path = format!("{}/element/{}/{command}", self.session, found[ELEMENT].as_str().unwrap());
            answer = self.send(Method::POST, &path, body).await;
            if !answer.as_ref().is_err_and(|error| error.contains("stale element")) {
                break;
            }
            // A click that removed its own target was received, although the driver no longer finds the element.
            if command == "click" && self.evaluate(is_there, &[selector]).await == false {
                return;
            }
        }
        answer.unwrap_or_else(|error| panic!("{command} on {selector}: {error}"));
    }

    /// One command of the session.
    pub(crate) async fn command(&self, method: Method, name: &str, body: &Value) -> Value {
        let path = format!("{}/{name}", self.session);
        self.send(method, &path, body).await.unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    async fn send(&self, method: Method, path: &str, body: &Value) -> Result<Value, String> {
        let mut request = self.client.request(method, format!("http://127.0.0.1:{}{path}", self.port));
        if !body.is_null() {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        let answer = request.send().await.map_err(|error| format!("no answer from the driver: {error:?}"))?;
        let is_success = answer.status().is_success();
        let text = answer.text().await.map_err(|error| error.to_string())?;
        let mut answer: Value = serde_json::from_str(&text).map_err(|error| format!("{error}: {text}"))?;
        if is_success { Ok(answer["value"].take()) } else { Err(text) }
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        let driver = self.driver.id();
        let browsers =
            fs::read_to_string(format!("/proc/{driver}/task/{driver}/children")).unwrap_or_default();
        // The driver ends its browser with the session. Without a runtime here, the request is written by hand.
        if let Ok(mut stream) = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)) {
            let request =
                format!("DELETE {} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n", self.session);
            let _ = stream.set_read_timeout(Some(Duration::from_secs(5)));
            let _ = stream.write_all(request.as_bytes());
            let _ = stream.read(&mut [0; 64]);
        }
        let _ = self.driver.kill();
        let _ = self.driver.wait();
        // The driver answers before the browser has ended, and a browser without its driver may stay.
        for browser in browsers.split_whitespace() {
            let _ = Command::new("kill").args(["-KILL", browser]).stderr(Stdio::null()).status();
        }
    }
}

fn free_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port()
}

/// The root of the repository.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}
