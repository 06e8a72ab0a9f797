use std::{collections::HashMap, time::Duration};

use futures_util::StreamExt;
use tokio::{
    sync::mpsc,
    time::{Instant, sleep, timeout},
};
use zbus::{
    Connection, Proxy, connection,
    fdo::DBusProxy,
    interface,
    names::BusName,
    zvariant::{OwnedObjectPath, OwnedValue, Structure, Value},
};

use crate::{Desk, PATIENCE, until_so};

/// A desktop's tray without a display: it accepts items, reads their menus and presses their lines.
pub struct DesktopTray {
    bus: Connection,
    items: mpsc::UnboundedReceiver<String>,
}

/// The service at which items register: `org.kde.StatusNotifierWatcher`.
struct Watcher {
    items: mpsc::UnboundedSender<String>,
}

#[expect(clippy::unused_self, reason = "a property of an interface belongs to an object")]
#[interface(name = "org.kde.StatusNotifierWatcher")]
impl Watcher {
    fn register_status_notifier_item(&self, service: String) {
        // The test may have ended.
        let _ = self.items.send(service);
    }

    #[zbus(property)]
    fn is_status_notifier_host_registered(&self) -> bool {
        true
    }

    #[zbus(property)]
    fn protocol_version(&self) -> i32 {
        0
    }

    #[zbus(property)]
    fn registered_status_notifier_items(&self) -> Vec<String> {
        Vec::new()
    }
}

impl DesktopTray {
    /// Starts the tray on this desk's session bus.
    pub async fn on(desk: &Desk) -> Self {
        let (sender, items) = mpsc::unbounded_channel();
        let bus = connection::Builder::address(desk.bus_address())
            .unwrap()
            .serve_at("/StatusNotifierWatcher", Watcher { items: sender })
            .unwrap()
            .name("org.kde.StatusNotifierWatcher")
            .unwrap()
            .build()
            .await
            .unwrap();
        Self { bus, items }
    }

    /// Whether no further item has registered.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// The next item that registers.
    pub async fn item(&mut self) -> TrayItem {
        let service = timeout(PATIENCE, self.items.recv()).await.expect("an item registers").unwrap();
        TrayItem { bus: self.bus.clone(), service }
    }
}

/// A program's item in the tray.
pub struct TrayItem {
    bus: Connection,
    service: String,
}

/// A line of the menu, with the labels of the menus above it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MenuLine {
    pub path: Vec<String>,
    pub enabled: bool,
    pub visible: bool,
    pub ticked: bool,
    /// The number by which a desktop names the line while it shows the menu.
    pub id: i32,
}

impl TrayItem {
    /// A property of the item, such as `Status`.
    pub async fn property(&self, name: &str) -> OwnedValue {
        self.proxy("/StatusNotifierItem", "org.kde.StatusNotifierItem")
            .await
            .get_property(name)
            .await
            .unwrap()
    }

    /// The status: `Active` or `NeedsAttention`.
    pub async fn status(&self) -> String {
        self.property("Status").await.try_into().unwrap()
    }

    /// All lines of the menu now.
    pub async fn menu(&self) -> Vec<MenuLine> {
        let menu = self.menu_proxy().await;
        let layout = menu.call_method("GetLayout", &(0_i32, -1_i32, Vec::<&str>::new())).await.unwrap();
        let body = layout.body();
        let (_, root): (u32, Entry) = body.deserialize().unwrap();
        let mut lines = Vec::new();
        read(root, &[], &mut lines);
        lines
    }

    /// The line with these labels, from the top.
    pub async fn line(&self, path: &[&str]) -> MenuLine {
        let menu = self.menu().await;
        menu.iter()
            .find(|line| line.path == path)
            .cloned()
            .unwrap_or_else(|| panic!("no {path:?} in {menu:#?}"))
    }

    /// Presses the line with these labels.
    pub async fn press(&self, path: &[&str]) {
        let id = self.line(path).await.id;
        self.press_id(id).await.unwrap();
    }

    /// Presses the line with this number, like a desktop whose menu has been open for a while.
    pub async fn press_id(&self, id: i32) -> zbus::Result<()> {
        let event = (id, "clicked", Value::from(0), 0_u32);
        self.menu_proxy().await.call_method("Event", &event).await.map(drop)
    }

    /// Presses the icon itself.
    pub async fn activate(&self) {
        let item = self.proxy("/StatusNotifierItem", "org.kde.StatusNotifierItem").await;
        item.call_method("Activate", &(0_i32, 0_i32)).await.unwrap();
    }

    /// The names of the menu's signals from now on.
    pub async fn changes(&self) -> mpsc::UnboundedReceiver<String> {
        let mut signals = self.menu_proxy().await.receive_all_signals().await.unwrap();
        let (told, changes) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            while let Some(signal) = signals.next().await {
                let member = signal.header().member().map(ToString::to_string);
                if told.send(member.unwrap_or_default()).is_err() {
                    return;
                }
            }
        });
        changes
    }

    /// Whether the largest picture has a pixel of this colour: red, green, blue.
    pub async fn has_colour(&self, colour: [u8; 3]) -> bool {
        let rows = self.largest_picture().await;
        rows.concat().iter().any(|pixel| pixel[0] == u8::MAX && pixel[1..] == colour)
    }

    /// Whether each row of the largest picture begins and ends with something light.
    pub async fn has_light_edge(&self) -> bool {
        let is_light = |pixel: &[u8; 4]| pixel[1..].iter().all(|channel| *channel > 0xa0);
        self.largest_picture().await.iter().all(|row| {
            let shown = || row.iter().filter(|pixel| pixel[0] > 0x80);
            shown().next().is_none_or(is_light) && shown().next_back().is_none_or(is_light)
        })
    }

    /// The picture in rows of pixels: alpha, red, green, blue.
    async fn largest_picture(&self) -> Vec<Vec<[u8; 4]>> {
        let pictures: Vec<(i32, i32, Vec<u8>)> = self.property("IconPixmap").await.try_into().unwrap();
        let (width, height, bytes) = pictures.into_iter().max_by_key(|(width, ..)| *width).unwrap();
        assert_eq!(bytes.len(), usize::try_from(width * height).unwrap() * 4, "four bytes a pixel");
        let (pixels, _) = bytes.as_chunks::<4>();
        pixels.chunks(usize::try_from(width).unwrap()).map(<[_]>::to_vec).collect()
    }

    /// Waits until the menu is as wanted.
    pub async fn until(&self, wanted: impl Fn(&[MenuLine]) -> bool) {
        let give_up_at = Instant::now() + PATIENCE;
        loop {
            let menu = self.menu().await;
            if wanted(&menu) {
                return;
            }
            assert!(Instant::now() < give_up_at, "the menu stays {menu:#?}");
            sleep(Duration::from_millis(20)).await;
        }
    }

    /// Waits until the program has left the bus.
    pub async fn gone(&self) {
        let names = DBusProxy::new(&self.bus).await.unwrap();
        let name: BusName<'_> = self.service.as_str().try_into().unwrap();
        until_so(&format!("{} stays on the bus", self.service), async || {
            !names.name_has_owner(name.clone()).await.unwrap()
        })
        .await;
    }

    async fn menu_proxy(&self) -> Proxy<'static> {
        let path: OwnedObjectPath = self.property("Menu").await.try_into().unwrap();
        self.proxy(path.as_str(), "com.canonical.dbusmenu").await
    }

    async fn proxy(&self, path: &str, interface: &'static str) -> Proxy<'static> {
        Proxy::new(&self.bus, self.service.clone(), path.to_owned(), interface).await.unwrap()
    }
}

/// An entry of the layout: its number, its properties, and the entries below it.
type Entry = (i32, HashMap<String, OwnedValue>, Vec<OwnedValue>);

fn read((id, properties, below): Entry, above: &[String], lines: &mut Vec<MenuLine>) {
    let mut path = above.to_vec();
    if let Some(label) = properties.get("label") {
        let label: &str = label.downcast_ref().unwrap();
        path.push(label.replace("__", "_"));
        let is = |name| properties.get(name).is_none_or(|value| value.downcast_ref().unwrap());
        let ticked =
            properties.get("toggle-state").is_some_and(|state| i32::try_from(state).is_ok_and(|on| on == 1));
        let (enabled, visible) = (is("enabled"), is("visible"));
        lines.push(MenuLine { path: path.clone(), enabled, visible, ticked, id });
    }
    for child in below {
        let child: Structure<'_> = Value::from(child).downcast().unwrap();
        read(child.try_into().unwrap(), &path, lines);
    }
}
