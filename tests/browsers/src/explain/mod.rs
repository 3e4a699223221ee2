//! Recordings for `fetch-cors explain`: the lines of the console and the entries of the network panel, by the
//! developer tools of a browser.

mod chromium;
pub mod command;
mod firefox;
mod har;
mod scenarios;
mod server;
pub mod session;
