//! Linux: what `WebKitGTK` reads. A browser may be made of it too.

const WITHOUT_THE_CARD: (&str, &str) = ("WEBKIT_DISABLE_DMABUF_RENDERER", "1");
const WITHOUT_LAYERS: (&str, &str) = ("WEBKIT_DISABLE_COMPOSITING_MODE", "1");

pub const USUALLY: &[(&str, &str)] = &[WITHOUT_THE_CARD];
pub const PLAINLY: &[(&str, &str)] = &[WITHOUT_THE_CARD, WITHOUT_LAYERS];
