//! What the linker of an add-on needs to know.

fn main() {
    napi_build::setup();
    // The SIGBUS handler stays installed when the add-on is unloaded, as happens when the Worker that loaded it ends:
    // its code has to stay too.
    if std::env::var("CARGO_CFG_TARGET_OS").is_ok_and(|os| os == "linux" || os == "android") {
        println!("cargo:rustc-link-arg-cdylib=-Wl,-z,nodelete");
    }
}
