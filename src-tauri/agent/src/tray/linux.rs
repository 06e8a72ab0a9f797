//! The tray of Linux desktops: a `StatusNotifierItem` with its menu over D-Bus, through ksni.

use ksni::{
    Handle, MenuItem, OfflineReason, ToolTip, TrayMethods,
    menu::{CheckmarkItem, StandardItem, SubMenu},
};
use tokio::sync::mpsc;

use super::{
    Click, icon,
    model::{Action, Icon, Item, Model},
    tell,
};

const ID: &str = "com.getdatatrax.connect";
const TITLE: &str = "Datatrax Connect";

/// The item on the session bus.
pub(super) struct Place(Handle<Shown>);

impl Place {
    /// Offers the item to the desktop. A desktop that has no tray now may get one later.
    ///
    /// # Errors
    /// There is no session bus. The text carries nothing but that.
    pub(super) async fn open(model: Model, clicked: mpsc::Sender<Click>) -> Result<Self, String> {
        let shown = Shown { model, clicked };
        let spawned = shown.assume_sni_available(true).spawn().await;
        spawned.map(Self).map_err(|error| error.to_string())
    }
}

impl super::Place for Place {
    async fn show(&self, model: Model) {
        // Gone only when it was closed.
        let _ = self.0.update(|shown| shown.model = model).await;
    }

    async fn close(self) {
        self.0.shutdown().await;
    }
}

struct Shown {
    model: Model,
    clicked: mpsc::Sender<Click>,
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
        icon::SIZES.map(picture).into()
    }

    fn attention_icon_pixmap(&self) -> Vec<ksni::Icon> {
        self.icon_pixmap()
    }

    fn tool_tip(&self) -> ToolTip {
        ToolTip { title: TITLE.to_owned(), description: self.model.summary.clone(), ..ToolTip::default() }
    }

    fn activate(&mut self, _x: i32, _y: i32) {
        click(&self.clicked, Action::OpenWindow);
    }

    fn menu(&self) -> Vec<MenuItem<Self>> {
        self.model.items.iter().map(entry).collect()
    }

    fn watcher_online(&self) {
        tracing::info!("the tray is shown");
    }

    fn watcher_offline(&self, _reason: OfflineReason) -> bool {
        tracing::info!("this desktop shows no tray; everything is reachable through the window and dtx");
        true
    }
}

fn entry(item: &Item) -> MenuItem<Shown> {
    match item {
        Item::Line => MenuItem::Separator,
        Item::Words(words) => {
            StandardItem { label: label(words), enabled: false, ..Default::default() }.into()
        }
        Item::Click { label: words, action } => {
            StandardItem { label: label(words), activate: on_click(action), ..Default::default() }.into()
        }
        Item::Tick { label: words, ticked, action } => CheckmarkItem {
            label: label(words),
            checked: *ticked,
            activate: on_click(action),
            ..Default::default()
        }
        .into(),
        Item::Menu { label: words, items } => {
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
    // Known only while the desktop's call is being answered.
    let activation_token = ksni::current_xdg_activation_token();
    tell(clicked, Click { action, activation_token });
}

/// In a menu an underscore marks a key; two are one that is read.
fn label(words: &str) -> String {
    words.replace('_', "__")
}
