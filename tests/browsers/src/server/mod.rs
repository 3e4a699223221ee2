//! A small HTTP server that sends the bytes of a case exactly.

pub mod certificate;
pub mod connection;
pub mod request;
pub mod response;
pub mod session;
