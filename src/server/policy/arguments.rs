//! The types that the builder accepts for a max-age and for a status.

use core::time::Duration;

use http::StatusCode;

use self::sealed::{Seconds, Status};

/// A max-age: a number of seconds, or a [`Duration`]. A fraction of a second is dropped.
///
/// ```
/// use core::time::Duration;
/// use fetch_cors::server::CorsPolicy;
///
/// let policy = CorsPolicy::builder().any_origin();
/// assert_eq!(policy.clone().max_age(600).build()?, policy.max_age(Duration::from_secs(600)).build()?);
/// # Ok::<(), fetch_cors::server::ConfigErrors>(())
/// ```
pub trait MaxAge: Seconds {}

/// The status of a preflight response: a number, or a [`StatusCode`].
///
/// ```
/// use fetch_cors::{http::StatusCode, server::CorsPolicy};
///
/// let policy = CorsPolicy::builder().any_origin();
/// assert_eq!(policy.clone().preflight_status(200).build()?, policy.preflight_status(StatusCode::OK).build()?);
/// # Ok::<(), fetch_cors::server::ConfigErrors>(())
/// ```
pub trait PreflightStatus: Status {}

impl MaxAge for u32 {}
impl MaxAge for Duration {}
impl PreflightStatus for u16 {}
impl PreflightStatus for StatusCode {}

mod sealed {
    use core::time::Duration;

    use http::StatusCode;

    pub trait Seconds {
        /// Returns the number of seconds. A number that does not fit into a `u32` becomes the maximum of `u32`. Every
        /// policy refuses this maximum.
        fn seconds(self) -> u32;
    }

    pub trait Status {
        fn number(self) -> u16;
    }

    impl Seconds for u32 {
        fn seconds(self) -> u32 {
            self
        }
    }

    impl Seconds for Duration {
        fn seconds(self) -> u32 {
            self.as_secs().try_into().unwrap_or(u32::MAX)
        }
    }

    impl Status for u16 {
        fn number(self) -> u16 {
            self
        }
    }

    impl Status for StatusCode {
        fn number(self) -> u16 {
            self.as_u16()
        }
    }
}
