//! Recordings for `fetch-cors explain`: the developer tools of a browser give the lines of the console and the entries
//! of the network panel.

mod chromium;
pub mod command;
mod firefox;
mod har;
mod scenarios;
mod server;
pub mod session;
