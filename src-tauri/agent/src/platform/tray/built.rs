//! The icon and the menu that the library tray-icon shows, on the systems where it is the one that does.

use std::collections::HashMap;

use tray_icon::{
    Icon as Picture,
    menu::{CheckMenuItem, IsMenuItem, Menu, MenuId, MenuItem, PredefinedMenuItem, Submenu},
};

use crate::shown::{
    icon,
    menu::{Action, Icon, Item as Line, Model},
};

/// The picture, this many pixels wide and high.
pub(super) fn picture(icon: Icon, size: u16) -> Result<Picture, tray_icon::BadIcon> {
    let mut pixels = icon::pixels(icon, size);
    for pixel in pixels.chunks_exact_mut(4) {
        // From alpha, red, green, blue.
        pixel.rotate_left(1);
    }
    Picture::from_rgba(pixels, size.into(), size.into())
}

/// What each line of a menu does.
pub(super) type Actions = HashMap<MenuId, Action>;

/// `number` makes its lines other ones than those of another menu.
pub(super) fn menu(model: &Model, number: u64) -> Result<(Menu, Actions), tray_icon::menu::Error> {
    let mut actions = Actions::new();
    let menu = Menu::new();
    for item in lines(&model.items, number, &mut actions)? {
        menu.append(item.as_ref())?;
    }
    Ok((menu, actions))
}

fn lines(
    items: &[Line],
    menu: u64,
    actions: &mut Actions,
) -> Result<Vec<Box<dyn IsMenuItem>>, tray_icon::menu::Error> {
    let mut lines: Vec<Box<dyn IsMenuItem>> = Vec::new();
    for item in items {
        let id = |actions: &mut Actions, action: &Action| {
            let id = MenuId::new(format!("{menu}.{}", actions.len()));
            actions.insert(id.clone(), action.clone());
            id
        };
        lines.push(match item {
            Line::Line => Box::new(PredefinedMenuItem::separator()),
            Line::Words(words) if words.is_empty() => continue,
            Line::Words(words) => Box::new(MenuItem::new(label(words), false, None)),
            Line::Click { label: words, action } => {
                Box::new(MenuItem::with_id(id(actions, action), label(words), true, None))
            }
            Line::Tick { label: words, ticked, action } => {
                let id = id(actions, action);
                Box::new(CheckMenuItem::with_id(id, label(words), true, *ticked, None))
            }
            Line::Menu { label: words, items, .. } => {
                let below = Submenu::new(label(words), true);
                for line in self::lines(items, menu, actions)? {
                    below.append(line.as_ref())?;
                }
                Box::new(below)
            }
        });
    }
    Ok(lines)
}

/// Escapes what marks a key in a menu: a doubled one is shown as one.
fn label(words: &str) -> String {
    words.replace('&', "&&")
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in crate::platform::tray) fn model(summary: &str) -> Model {
        let click = |label: &str, action| Line::Click { label: label.to_owned(), action };
        let items = vec![
            Line::Words("One org, connected".to_owned()),
            Line::Words(String::new()),
            Line::Line,
            Line::Menu {
                of: "acme".to_owned(),
                label: "R&D".to_owned(),
                items: vec![click("Reconnect", Action::Reconnect("acme".to_owned()))],
            },
            Line::Tick { label: "Keep".to_owned(), ticked: true, action: Action::PauseKeepAlive(true) },
            click("Quit", Action::Quit),
        ];
        Model { icon: Icon::Fine, summary: summary.to_owned(), items }
    }

    #[test]
    fn each_line_that_does_something_has_a_number_of_its_own_in_this_menu_and_the_next() {
        let (menu, actions) = menu(&model(""), 7).unwrap();
        assert_eq!(menu.items().len(), 5, "an empty line is left out");
        assert_eq!(actions.len(), 3, "one deeper, a tick and a click");
        let (_, later) = super::menu(&model(""), 8).unwrap();
        assert!(later.keys().all(|id| !actions.contains_key(id)), "none of it comes again");
        assert_eq!(label("R&D"), "R&&D", "no key is marked");
    }

    #[test]
    fn a_picture_has_its_colours_where_the_library_wants_them() {
        for size in [16, 20, 24, 32] {
            assert!(picture(Icon::NeedsYou, size).is_ok(), "{size}");
        }
        let mut pixel = [255, 1, 2, 3];
        pixel.rotate_left(1);
        assert_eq!(pixel, [1, 2, 3, 255], "red, green, blue, alpha");
    }
}
