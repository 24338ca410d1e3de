"use strict";

// The password of the Authorize form is needed once: the stored state keeps the token only.
const forgetPassword = () => ({
  statePlugins: {
    auth: {
      wrapActions: {
        authorizeOauth2: (original) => (payload) =>
          original({ ...payload, auth: { ...payload.auth, password: undefined, clientSecret: undefined } }),
      },
    },
  },
});

const page = document.getElementById("docs");

window.ui = SwaggerUIBundle({
  url: page.dataset.document,
  domNode: page,
  deepLinking: true,
  displayRequestDuration: true,
  docExpansion: "none",
  filter: true,
  persistAuthorization: true,
  plugins: [forgetPassword],
  requestSnippetsEnabled: true,
  tryItOutEnabled: true,
  validatorUrl: null,
});
