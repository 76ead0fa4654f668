#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| spoglight_fuzz::check(&["tomcat-juli", "java-util-logging", "tomcat-json", "tomcat-jdk-logger", "mod-jk", "procrun"], data));
