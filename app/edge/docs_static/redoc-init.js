"use strict";

const page = document.getElementById("docs");

Redoc.init(page.dataset.document, { nativeScrollbars: true, sortRequiredPropsFirst: true }, page);
