//! The standard's section [Fetch API](https://fetch.spec.whatwg.org/#fetch-api). `fetch()` and `XMLHttpRequest` create a
//! request from their arguments, or throw.
//!
//! ```
//! use fetch_cors::{Failure, browser::{Mode, Origin, RequestInit}};
//!
//! let origin = Origin::parse("https://app.example")?;
//! let mut init = RequestInit::new("https://api.example/".parse()?);
//! init.method = "put".into();
//! init.headers = vec![("Cookie".into(), "a=b".into()), ("X-A".into(), "1".into())];
//!
//! let request = init.clone().into_request(origin.clone())?;
//! assert_eq!(request.method, "PUT"); // `put` was normalized
//! assert!(!request.header_list.contains("cookie")); // the guard dropped `Cookie`
//!
//! init.mode = Mode::NoCors;
//! let error = init.into_request(origin).unwrap_err();
//! assert_eq!(error.failure(), Failure::MethodNotNoCorsSafelisted);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod body;
mod byte_string;
mod call;
mod fetch_method;
mod headers;
mod xml_http_request;

pub use body::BodyWithType;
pub use call::ApiCall;
pub use fetch_method::RequestInit;
pub use headers::{Guard, Headers};
pub use xml_http_request::XmlHttpRequest;
