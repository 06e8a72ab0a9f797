//! The tray of Linux desktops: a `StatusNotifierItem` with its menu over D-Bus, through ksni.

use ksni::{
    Handle, MenuItem, OfflineReason, ToolTip, TrayMethods,
    menu::{CheckmarkItem, StandardItem, SubMenu},
};
use tokio::sync::{mpsc, watch};
use zbus::{fdo::PropertiesProxy, names::InterfaceName};

use crate::{
    platform::linux::bus,
    shown::{
        icon,
        menu::{self, Action, Click, Icon, Model, tell},
    },
};

/// Who knows whether a panel shows items, where it is found, and what it says of that.
const WATCHER: &str = "org.kde.StatusNotifierWatcher";
const WATCHER_PATH: &str = "/StatusNotifierWatcher";
const HAS_HOST: &str = "IsStatusNotifierHostRegistered";

const ID: &str = "com.getdatatrax.connect";
const TITLE: &str = "Datatrax Connect";
/// The sizes drawn, in pixels; a desktop takes the nearest.
const SIZES: [u16; 4] = [16, 22, 32, 48];

pub(super) const HOW_TO_HAVE_ONE: &str =
    "On GNOME, the extension AppIndicator and KStatusNotifierItem Support adds one.";

/// A desktop without a watcher has no tray; one without a bus tells nothing.
pub(super) async fn is_there() -> Option<bool> {
    let bus = bus::connect().await.ok()?;
    let watcher = PropertiesProxy::new(&bus, WATCHER, WATCHER_PATH).await.ok()?;
    let interface = InterfaceName::try_from(WATCHER).ok()?;
    let has_host = watcher.get(interface, HAS_HOST).await;
    Some(has_host.is_ok_and(|has_host| bool::try_from(has_host).unwrap_or(false)))
}

/// The tray's item on the session bus.
pub(crate) struct Item(Handle<Shown>);

impl Item {
    /// Offers the item to the desktop. Fails where there is no session bus.
    pub(super) async fn open(
        model: Model,
        clicked: mpsc::Sender<Click>,
        online: watch::Sender<bool>,
    ) -> Result<Self, String> {
        let shown = Shown { model, turned: false, clicked, online };
        let spawned = shown.assume_sni_available(true).spawn().await;
        spawned.map(Self).map_err(|error| error.to_string())
    }
}

impl super::TrayHost for Item {
    async fn show(&self, model: Model) {
        // The item is gone only after it was closed.
        let _ = self.0.update(|shown| shown.show(model)).await;
    }

    async fn close(self) {
        self.0.shutdown().await;
    }
}

struct Shown {
    model: Model,
    /// Toggled whenever a menu comes to stand for another connection.
    turned: bool,
    clicked: mpsc::Sender<Click>,
    online: watch::Sender<bool>,
}

impl Shown {
    fn show(&mut self, model: Model) {
        self.turned ^= !model.stands_for().eq(self.model.stands_for());
        self.model = model;
    }
}

impl ksni::Tray for Shown {
    fn id(&self) -> String {
        ID.to_owned()
    }

    fn title(&self) -> String {
        TITLE.to_owned()
    }

    fn status(&self) -> ksni::Status {
        if self.model.icon == Icon::NeedsYou { ksni::Status::NeedsAttention } else { ksni::Status::Active }
    }

    fn icon_pixmap(&self) -> Vec<ksni::Icon> {
        let picture = |size: u16| ksni::Icon {
            width: size.into(),
            height: size.into(),
            data: icon::pixels(self.model.icon, size),
        };
        SIZES.map(picture).into()
    }

    fn attention_icon_pixmap(&self) -> Vec<ksni::Icon> {
        self.icon_pixmap()
    }

    fn tool_tip(&self) -> ToolTip {
        // LXQt shows only the title. It is plain text, unlike the description.
        ToolTip { title: format!("{TITLE}: {}", self.model.summary), ..ToolTip::default() }
    }

    fn activate(&mut self, _x: i32, _y: i32) {
        click(&self.clicked, Action::OpenWindow);
    }

    /// ksni numbers the lines by their place, and renumbers all of them when the form of the menu has changed. A number
    /// must never come to mean another connection, so an invisible last line changes the form whenever a menu stands
    /// for another one. The number of a line that is gone leads nowhere.
    fn menu(&self) -> Vec<MenuItem<Self>> {
        let unseen = StandardItem { visible: false, enabled: false, ..Default::default() };
        let unseen = self.turned.then(|| unseen.into());
        self.model.items.iter().map(entry).chain(unseen).collect()
    }

    fn watcher_online(&self) {
        tracing::info!("the tray is shown");
        self.online.send_replace(true);
    }

    fn watcher_offline(&self, _reason: OfflineReason) -> bool {
        tracing::info!("this desktop shows no tray; everything is reachable through the window and dtx");
        self.online.send_replace(false);
        true
    }
}

fn entry(item: &menu::Item) -> MenuItem<Shown> {
    match item {
        menu::Item::Line => MenuItem::Separator,
        menu::Item::Words(words) => StandardItem {
            label: label(words),
            enabled: false,
            visible: !words.is_empty(),
            ..Default::default()
        }
        .into(),
        menu::Item::Click { label: words, action } => {
            StandardItem { label: label(words), activate: on_click(action), ..Default::default() }.into()
        }
        menu::Item::Tick { label: words, ticked, action } => CheckmarkItem {
            label: label(words),
            checked: *ticked,
            activate: on_click(action),
            ..Default::default()
        }
        .into(),
        menu::Item::Menu { label: words, items, .. } => {
            SubMenu { label: label(words), submenu: items.iter().map(entry).collect(), ..Default::default() }
                .into()
        }
    }
}

fn on_click(action: &Action) -> Box<dyn Fn(&mut Shown) + Send> {
    let action = action.clone();
    Box::new(move |shown| click(&shown.clicked, action.clone()))
}

fn click(clicked: &mpsc::Sender<Click>, action: Action) {
    // The token is known only while the desktop's call is being answered.
    let activation_token = ksni::current_xdg_activation_token();
    tell(clicked, Click { action, activation_token });
}

/// Escapes underscores, which mark a key in a menu: a doubled one is shown as one.
fn label(words: &str) -> String {
    words.replace('_', "__")
}
