//! Linux: the variables of `WebKitGTK`. A browser may be built on it too.

const WITHOUT_THE_CARD: (&str, &str) = ("WEBKIT_DISABLE_DMABUF_RENDERER", "1");
const WITHOUT_LAYERS: (&str, &str) = ("WEBKIT_DISABLE_COMPOSITING_MODE", "1");

pub const USUALLY: &[(&str, &str)] = &[WITHOUT_THE_CARD];
pub const PLAINLY: &[(&str, &str)] = &[WITHOUT_THE_CARD, WITHOUT_LAYERS];
