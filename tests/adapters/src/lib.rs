//! The recipes of the guide pages `adapters` and `logging_denials`. The pages show these files, and a test compares the
//! pages with the files.

pub mod hyper;
pub mod lambda;
pub mod logging;
pub mod poem;
pub mod rocket;
pub mod salvo;
pub mod warp;
