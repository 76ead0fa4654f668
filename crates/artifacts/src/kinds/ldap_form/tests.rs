//! Texts that are the form, and others.

use super::*;

fn form(text: &str) -> Option<DirectoryForm> {
    Forms.recognises("notes.txt", text.as_bytes()).then(|| read(text))
}

#[test]
fn a_form_in_several_spellings() {
    for text in [
        "LDAP URL: ldaps://gc01.lab.example:3269\nDN attribute: userPrincipalName\nBase: \nDN for LDAP search: CN=svc,DC=lab,DC=example\n\
         Password: Secret1\nSSL enabled on LDAP: Yes\nKeystore location: C:\\ECE\\ad.jks\nKeystore password: Secret2\n",
        "LDAP URL\tldaps://gc01.lab.example:3269\r\nDN attribute\tuserPrincipalName\r\nBase\t\r\nDN for LDAP search\tCN=svc,DC=lab,DC=example\r\n\
         Password\tSecret1\r\nSSL enabled on LDAP\tYes\r\nKeystore location\tC:\\ECE\\ad.jks\r\nKeystore password\tSecret2\r\n",
        "| LDAP URL | ldaps://gc01.lab.example:3269 |\n| DN attribute | userPrincipalName |\n| Base | |\n| DN for LDAP search | \
         CN=svc,DC=lab,DC=example |\n| Password | Secret1 |\n| SSL enabled on LDAP | Yes |\n| Keystore location | C:\\ECE\\ad.jks |\n| \
         Keystore password | Secret2 |\n",
    ] {
        let form = form(text).unwrap_or_else(|| panic!("a form: {text}"));
        let value = |field| form.get(field).map(|entry| (entry.value.as_str(), entry.is_set));
        assert_eq!(value(FormField::Url), Some(("ldaps://gc01.lab.example:3269", true)), "{text}");
        assert_eq!(value(FormField::Attribute), Some(("userPrincipalName", true)));
        assert_eq!(value(FormField::Base), Some(("", false)), "{text}");
        assert_eq!(value(FormField::SearchDn), Some(("CN=svc,DC=lab,DC=example", true)));
        assert_eq!(value(FormField::Password), Some(("", true)));
        assert_eq!(value(FormField::Ssl), Some(("Yes", true)));
        assert_eq!(value(FormField::Keystore), Some((r"C:\ECE\ad.jks", true)));
        assert!(!format!("{form:?}").contains("Secret"));
    }
}

#[test]
fn values_below_their_labels() {
    let text = "LDAP URL\nldap://gc01:3268\n\nDN attribute\nuserPrincipalName\n\nBase\nDC=lab,DC=example\n";
    let form = form(text).expect("a form");
    assert_eq!(form.get(FormField::Base).map(|base| base.value.as_str()), Some("DC=lab,DC=example"));
    assert_eq!(
        form.get(FormField::Url).map(|url| (url.value.as_str(), url.line)),
        Some(("ldap://gc01:3268", 1))
    );
}

#[test]
fn texts_that_are_none() {
    for text in [
        "The LDAP URL should be ldaps://gc:3269 and DN attribute userPrincipalName; Base is empty.\n",
        "Base: 12\nPassword: x\n",
        "LDAP URL: ldap://x:389\n",
        "ldap url = ldap://x:389\nbase = DC=x\npassword = y\n",
    ] {
        assert!(form(text).is_none(), "{text}");
    }
}
