//! The tray's pictures, drawn at the size they are shown: the app's sign, and a mark for each state.

use super::menu::Icon;

/// Samples per pixel in each direction, against jagged edges.
const SAMPLES: u16 = 4;

type Colour = [u8; 3];

const BODY: Colour = [0x0a, 0x6f, 0x78];
const BODY_OFFLINE: Colour = [0x6b, 0x72, 0x78];
const SIGN: Colour = [0xff, 0xff, 0xff];
const NEEDS_YOU: Colour = [0xc6, 0x28, 0x28];
const WORKING: Colour = [0xf2, 0xa9, 0x00];

/// A light edge around body and mark. A panel may have any colour, that of the body or of the mark too.
const EDGE: f32 = 0.055;

/// The picture in ARGB, four bytes a pixel, row by row.
pub(crate) fn pixels(icon: Icon, size: u16) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(usize::from(size) * usize::from(size) * 4);
    for y in 0..size {
        for x in 0..size {
            bytes.extend(pixel(icon, size, x, y));
        }
    }
    bytes
}

fn pixel(icon: Icon, size: u16, x: u16, y: u16) -> [u8; 4] {
    let mut sum = [0_u32; 3];
    let mut covered = 0_u32;
    for part in 0..SAMPLES * SAMPLES {
        let at = |pixel: u16, sample: u16| {
            (f32::from(pixel) + (f32::from(sample) + 0.5) / f32::from(SAMPLES)) / f32::from(size)
        };
        if let Some(colour) = colour_at(icon, at(x, part % SAMPLES), at(y, part / SAMPLES)) {
            covered += 1;
            sum.iter_mut().zip(colour).for_each(|(sum, channel)| *sum += u32::from(channel));
        }
    }
    let channel = |sum: u32| u8::try_from(sum.checked_div(covered).unwrap_or(0)).unwrap_or(u8::MAX);
    let alpha = u8::try_from(covered * 255 / u32::from(SAMPLES * SAMPLES)).unwrap_or(u8::MAX);
    [alpha, channel(sum[0]), channel(sum[1]), channel(sum[2])]
}

/// The colour at a point of the unit square; `None` where it is transparent.
fn colour_at(icon: Icon, x: f32, y: f32) -> Option<Colour> {
    let mark = match icon {
        Icon::NeedsYou => Some(NEEDS_YOU),
        Icon::Working => Some(WORKING),
        Icon::Fine | Icon::Offline => None,
    };
    if let Some(colour) = mark {
        let away = distance(x - 0.74, y - 0.74);
        if away < 0.21 {
            return Some(colour);
        }
        // The mark's own edge sets it off from the body, so that its shape is recognised without its colour.
        if away < 0.21 + EDGE {
            return Some(SIGN);
        }
    }
    if !in_rounded_square(x, y, 0.0) {
        return None;
    }
    if !in_rounded_square(x, y, EDGE) {
        return Some(SIGN);
    }
    let body = if icon == Icon::Offline { BODY_OFFLINE } else { BODY };
    let struck = icon == Icon::Offline && (x - y).abs() < 0.07;
    Some(if in_plug(x, y) == struck { body } else { SIGN })
}

fn in_rounded_square(x: f32, y: f32, inset: f32) -> bool {
    const RADIUS: f32 = 0.22;
    let radius = RADIUS - inset;
    let from_centre = |value: f32| ((value - 0.5).abs() - (0.5 - inset - radius)).max(0.0);
    distance(from_centre(x), from_centre(y)) <= radius
}

/// A plug whose body is a D, two pins to the left and the cord to the right.
fn in_plug(x: f32, y: f32) -> bool {
    let pin = (0.18..0.45).contains(&x) && [0.38, 0.62].iter().any(|centre: &f32| (y - centre).abs() < 0.045);
    let straight = (0.41..0.52).contains(&x) && (0.24..0.76).contains(&y);
    let round = x >= 0.52 && distance(x - 0.52, y - 0.5) < 0.26;
    let cord = (0.75..0.97).contains(&x) && (y - 0.5).abs() < 0.04;
    pin || straight || round || cord
}

/// `hypot` would have every command load the library of mathematics when it starts, for the sake of numbers far from these.
fn distance(x: f32, y: f32) -> f32 {
    (x * x + y * y).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Those of the desktops, and of Windows at several scales.
    const SIZES: [u16; 6] = [16, 20, 22, 24, 32, 48];

    #[test]
    fn every_state_has_a_picture_of_its_own_at_every_size() {
        let icons = [Icon::Fine, Icon::Working, Icon::NeedsYou, Icon::Offline];
        for size in SIZES {
            let pictures = icons.map(|icon| pixels(icon, size));
            for (index, picture) in pictures.iter().enumerate() {
                assert_eq!(picture.len(), usize::from(size) * usize::from(size) * 4, "four bytes a pixel");
                assert_eq!(picture[0], 0, "the corner is clear");
                assert!(
                    !pictures[..index].contains(picture),
                    "{:?} at {size} looks like another",
                    icons[index]
                );
            }
        }
    }

    /// desktop 9: teal is faint on blue, and red on red is nothing.
    #[test]
    fn whatever_colour_a_panel_has_body_and_mark_stand_out_from_it() {
        for (icon, colours) in [
            (Icon::Fine, &[BODY][..]),
            (Icon::Offline, &[BODY_OFFLINE]),
            (Icon::NeedsYou, &[BODY, NEEDS_YOU]),
            (Icon::Working, &[BODY, WORKING]),
        ] {
            // On each row and column, from outside inwards, something light comes before any of these.
            let along = |from: usize, at: usize, of_rows: bool| {
                let (x, y) = if of_rows { (from, at) } else { (at, from) };
                let unit = |value: usize| f32::from(u16::try_from(value).unwrap()) / 200.0;
                colour_at(icon, unit(x), unit(y))
            };
            for at in 0..200 {
                for of_rows in [true, false] {
                    for inwards in [true, false] {
                        let point = |step: usize| along(if inwards { step } else { 199 - step }, at, of_rows);
                        let first = (0..200).find_map(point);
                        let is_bare = first.is_some_and(|first| colours.contains(&first));
                        assert!(!is_bare, "{icon:?}: {first:?} at {at}, rows: {of_rows}");
                    }
                }
            }
        }
    }
}
