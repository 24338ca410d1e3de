"""Files of members: uploaded straight to the object store, checked before they exist for anybody."""
