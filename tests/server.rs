//! What of the server's side no line can ask: two policies side by side, builders, a value alone.
#![allow(missing_docs, clippy::panic, clippy::unwrap_used)]

#[path = "server/building.rs"]
mod building;
#[path = "server/comparing.rs"]
mod comparing;
#[path = "server/deciding.rs"]
mod deciding;
#[path = "server/matching.rs"]
mod matching;
#[cfg(feature = "serde")]
#[path = "server/reading.rs"]
mod reading;
#[cfg(feature = "cases")]
#[path = "server/wording.rs"]
mod wording;
