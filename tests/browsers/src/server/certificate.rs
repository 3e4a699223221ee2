//! A certificate for the pages and servers on https. Each session has a new certificate.

use std::{fmt::Write, sync::Arc};

use rustls::{
    ServerConfig,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
};

/// The names of the servers on https.
pub const NAMES: &[&str] = &["app.example", "sub.app.example"];

/// A self-signed certificate.
pub struct Certificate {
    pub config: Arc<ServerConfig>,
    /// The SHA-256 digest, in the form of Firefox: pairs of hexadecimal digits with colons between them.
    pub fingerprint: String,
}

impl Certificate {
    pub fn new() -> Result<Self, String> {
        let names: Vec<String> = NAMES.iter().map(|&name| name.to_owned()).collect();
        let signed =
            rcgen::generate_simple_self_signed(names).map_err(|error| error.to_string())?;
        let certificate = signed.cert.der().clone();
        let key =
            PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(signed.signing_key.serialize_der()));
        let fingerprint = fingerprint(&certificate);
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map(|builder| builder.with_no_client_auth())
            .and_then(|builder| builder.with_single_cert(vec![certificate], key))
            .map_err(|error| error.to_string())?;
        Ok(Self {
            config: Arc::new(config),
            fingerprint,
        })
    }
}

fn fingerprint(certificate: &[u8]) -> String {
    let digest = ring::digest::digest(&ring::digest::SHA256, certificate);
    let mut text = String::new();
    for byte in digest.as_ref() {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02X}:");
    }
    text.pop();
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fingerprint_has_pairs_of_digits() {
        let text = fingerprint(b"");
        assert!(
            text.starts_with("E3:B0:C4:42:") && text.ends_with(":B8:55"),
            "{text}"
        );
        assert!(Certificate::new().is_ok());
    }
}
