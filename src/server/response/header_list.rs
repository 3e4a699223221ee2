//! The headers on a response whose header list is ours.

use core::mem::take;

use http::header;

use crate::infrastructure::{header::HeaderValue, header_list::HeaderList};
use crate::server::{
    decision::{decide::Decision, header_source::RequestValue},
    policy::CorsPolicy,
};

impl<'r, I, V> Decision<'r, I>
where
    I: Iterator<Item = V> + Clone,
    V: RequestValue<'r>,
{
    /// Like [`apply`](Self::apply), for a list that keeps what an [`http::HeaderMap`] cannot hold.
    ///
    /// ```
    /// use fetch_cors::{infrastructure::header_list::HeaderList, server::CorsPolicy};
    ///
    /// let policy = CorsPolicy::builder().any_origin().build()?;
    /// let request = http::HeaderMap::new();
    /// let mut response = HeaderList::from_pairs([("X-A", b"\x01")])?;
    /// policy.decide(&http::Method::GET, &request).apply_to_list(&mut response);
    /// let expected = [("x-a", "\u{1}"), ("access-control-allow-origin", "*")];
    /// assert_eq!(response, HeaderList::from_pairs(expected)?);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn apply_to_list(&self, response: &mut HeaderList) {
        *response = take(response)
            .into_iter()
            .filter(|(name, _)| !CorsPolicy::owns(name.as_str()))
            .collect();
        for (name, value) in self.headers() {
            // What is requested is a header's value already, or else no response can repeat it.
            if let Ok(value) = HeaderValue::received(value.bytes()) {
                response.append((&name).into(), value);
            }
        }
        let lines = response.values("vary").map(HeaderValue::as_bytes);
        if let Some(line) = self.missing_vary(lines) {
            response.append((&header::VARY).into(), (&line).into());
        }
    }
}
