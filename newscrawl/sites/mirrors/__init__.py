"""Sites that show another site's articles as their own: a `MirrorSpider` each, which says what it `copies`."""
