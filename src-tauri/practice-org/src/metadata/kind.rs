//! The five metadata types of an External Client App: their folders, their endings, their elements.

/// A metadata type.
pub(super) struct Kind {
    pub(super) of: Of,
    pub(super) name: &'static str,
    pub(super) folder: &'static str,
    pub(super) ending: &'static str,
    elements: &'static [(&'static str, Holds)],
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Of {
    App,
    Policies,
    GlobalOauth,
    OauthPolicies,
    Oauth,
}

/// What an element holds.
#[derive(Clone, Copy)]
pub(super) enum Holds {
    Text,
    /// Text that has to be there.
    Needed,
    Truth,
    Number,
    /// One of these, of an enum with this name.
    OneOf(&'static str, &'static [&'static str]),
    NeededOneOf(&'static str, &'static [&'static str]),
    /// Something that Salesforce keeps and this org does not: it may only be empty or false.
    NotHere,
}

use Holds::{Needed, NeededOneOf, NotHere, Number, OneOf, Text, Truth};

/// The element that names the app, in all types but the app's own.
pub(super) const OF_APP: &str = "externalClientApplication";

// ASSUMES: metadata-elements, enum-names
pub(super) const KINDS: [Kind; 5] = [
    Kind {
        of: Of::App,
        name: "ExternalClientApplication",
        folder: "externalClientApps",
        ending: ".eca",
        elements: &[
            ("contactEmail", Needed),
            ("contactPhone", Text),
            ("description", Text),
            ("distributionState", NeededOneOf("DistributionState", &["Local", "Packaged"])),
            ("iconUrl", Text),
            ("infoUrl", Text),
            ("isProtected", NotHere),
            ("label", Needed),
            ("logoUrl", Text),
            ("managedType", NotHere),
            ("orgScopedExternalApp", NotHere),
        ],
    },
    Kind {
        of: Of::Policies,
        name: "ExtlClntAppConfigurablePolicies",
        folder: "extlClntAppPolicies",
        ending: ".ecaPlcy",
        elements: &[
            (OF_APP, Needed),
            ("isEnabled", Truth),
            ("isOauthPluginEnabled", Truth),
            ("isSamlPluginEnabled", NotHere),
            ("label", Needed),
            ("startPage", OneOf("StartPage", &["None"])),
        ],
    },
    Kind {
        of: Of::GlobalOauth,
        name: "ExtlClntAppGlobalOauthSettings",
        folder: "extlClntAppGlobalOauthSets",
        ending: ".ecaGlblOauth",
        elements: &[
            ("callbackUrl", Text),
            ("certificate", NotHere),
            ("consumerKey", NotHere),
            ("consumerSecret", NotHere),
            (OF_APP, Needed),
            ("isClientCredentialsFlowEnabled", Truth),
            ("isCodeCredFlowEnabled", Truth),
            ("isCodeCredPostOnly", NotHere),
            ("isConsumerSecretOptional", Truth),
            ("isDPopEnabled", NotHere),
            ("isDeviceFlowEnabled", Truth),
            ("isEnforceRefreshTokenTTL", NotHere),
            ("isIntrospectAllTokens", Truth),
            ("isNamedUserJwtEnabled", Truth),
            ("isPkceRequired", Truth),
            ("isRefreshTokenRotationEnabled", Truth),
            ("isSecretRequiredForRefreshToken", Truth),
            ("isSecretRequiredForTokenExchange", NotHere),
            ("isTokenExchangeEnabled", Truth),
            ("label", Needed),
            ("shouldRotateConsumerKey", NotHere),
            ("shouldRotateConsumerSecret", NotHere),
        ],
    },
    Kind {
        of: Of::OauthPolicies,
        name: "ExtlClntAppOauthConfigurablePolicies",
        folder: "extlClntAppOauthPolicies",
        ending: ".ecaOauthPlcy",
        elements: &[
            ("apexHandler", NotHere),
            ("clientCredentialsFlowUser", NotHere),
            ("commaSeparatedCustomScopes", NotHere),
            ("commaSeparatedPermissionSet", NotHere),
            ("commaSeparatedProfile", Text),
            ("customAttributes", NotHere),
            ("executeHandlerAs", NotHere),
            (OF_APP, Needed),
            ("guestJwtTimeout", NotHere),
            (
                "ipRelaxationPolicyType",
                OneOf(
                    "IpRelaxationPolicyType",
                    &["Enforce", "Enforce_RelaxRefresh", "Bypass_2factor", "Bypass"],
                ),
            ),
            ("isClientCredentialsFlowEnabled", NotHere),
            ("isGuestCodeCredFlowEnabled", NotHere),
            ("isTokenExchangeFlowEnabled", NotHere),
            ("label", Needed),
            ("namedUserJwtTimeout", NotHere),
            (
                "permittedUsersPolicyType",
                OneOf("PermittedUsersPolicyType", &["AllSelfAuthorized", "AdminApprovedPreAuthorized"]),
            ),
            ("policyAction", NotHere),
            (
                "refreshTokenPolicyType",
                OneOf(
                    "RefreshTokenPolicyType",
                    &["Infinite", "Zero", "SpecificInactivity", "SpecificLifetime"],
                ),
            ),
            ("refreshTokenValidityPeriod", Number),
            ("refreshTokenValidityUnit", OneOf("RefreshTokenValidityUnit", &["Hours", "Days", "Months"])),
            ("requiredSessionLevel", OneOf("RequiredSessionLevel", &["STANDARD", "HIGH_ASSURANCE", "LOW"])),
            ("sessionTimeoutInMinutes", Number),
            ("singleLogoutUrl", NotHere),
            ("startUrl", Text),
        ],
    },
    Kind {
        of: Of::Oauth,
        name: "ExtlClntAppOauthSettings",
        folder: "extlClntAppOauthSettings",
        ending: ".ecaOauth",
        elements: &[
            ("commaSeparatedOauthScopes", Text),
            ("customAttributes", NotHere),
            (OF_APP, Needed),
            ("label", Needed),
            ("oauthLink", NotHere),
            ("singleLogoutUrl", NotHere),
            ("trustedIpRanges", NotHere),
        ],
    },
];

impl Kind {
    pub(super) fn named(name: &str) -> Option<&'static Self> {
        KINDS.iter().find(|kind| kind.name == name)
    }

    /// The type of a file of the package, and the component's name.
    pub(super) fn of_file(path: &str) -> Option<(&'static Self, &str)> {
        let (folder, file) = path.split_once('/')?;
        let kind = KINDS.iter().find(|kind| kind.folder == folder)?;
        Some((kind, file.strip_suffix(kind.ending)?))
    }

    pub(super) fn file(&self, full_name: &str) -> String {
        format!("{}/{full_name}{}", self.folder, self.ending)
    }

    pub(super) fn holds(&self, element: &str) -> Option<Holds> {
        self.elements.iter().find(|(name, _)| *name == element).map(|(_, holds)| *holds)
    }

    /// The elements that have to be there.
    pub(super) fn needed(&self) -> impl Iterator<Item = &'static str> {
        let is_needed = |holds: &Holds| matches!(holds, Needed | NeededOneOf(..));
        self.elements.iter().filter(move |(_, holds)| is_needed(holds)).map(|(name, _)| *name)
    }
}
